"""Each rule sees its violation, and lets the look-alike pass."""

import unittest

from cpp_text import functions
from tidy import check


def found(path, text):
    return [what for _, what in check(path, text)]


class Includes(unittest.TestCase):
    def refuse(self, path, line):
        self.assertEqual(len(found(path, line + "\n")), 1, f"{path} with {line}")

    def allow(self, path, line):
        self.assertEqual(found(path, line + "\n"), [], f"{path} with {line}")

    def test_the_core_sees_only_itself_and_the_standard_library(self):
        for line in ["<caf/all.hpp>", "<spdlog/spdlog.h>", "<simdjson.h>", "<thread>", "<fstream>", "<unistd.h>",
                     "<boost/json.hpp>", '"runtime/journal.hpp"', '"actors/messages.hpp"', "<random>"]:
            self.refuse("actors/core/place.cpp", "#include " + line)
        for line in ["<vector>", "<boost/mp11.hpp>", "<boost/system/result.hpp>", "<absl/container/btree_map.h>",
                     '"actors/core/time.hpp"']:
            self.allow("actors/core/place.cpp", "#include " + line)

    def test_the_runtime_is_a_leaf(self):
        for line in ['"actors/core/time.hpp"', '"api/http/server.hpp"', "<caf/all.hpp>"]:
            self.refuse("runtime/oci/runtime.cpp", "#include " + line)
        self.allow("runtime/oci/runtime.cpp", "#include <boost/json.hpp>")

    def test_actors_see_ports_but_no_adapter(self):
        self.allow("actors/control/journal.cpp", '#include "runtime/journal.hpp"')
        self.refuse("actors/control/journal.cpp", '#include "runtime/journal/rocksdb.hpp"')
        self.refuse("actors/node/engine.cpp", "#include <simdjson.h>")
        self.refuse("actors/node/engine.cpp", '#include "api/wire/tasks.hpp"')

    def test_the_api_sees_the_core_and_the_interfaces(self):
        self.allow("api/operations/tasks.cpp", '#include "actors/interfaces.hpp"')
        self.refuse("api/operations/tasks.cpp", '#include "actors/control/cluster.hpp"')
        self.refuse("api/operations/tasks.cpp", '#include "runtime/journal.hpp"')

    def test_a_new_folder_needs_a_row(self):
        self.refuse("extras/a.cpp", "#include <vector>")

    def test_what_is_commented_out_is_not_included(self):
        self.allow("actors/core/a.cpp", "// #include <thread>")


class Rules(unittest.TestCase):
    def test_long_files(self):
        self.assertEqual(len(found("config/a.cpp", "\n" * 501)), 1)
        self.assertEqual(found("config/a.cpp", "\n" * 500), [])

    def test_long_functions(self):
        body = "  step();\n" * 59
        self.assertEqual(len(found("config/a.cpp", "int f(int a) {\n" + body + "}\n")), 1)
        self.assertEqual(found("config/a.cpp", "int f(int a) {\n" + body[10:] + "}\n"), [])
        self.assertEqual(found("config/a.cpp", "namespace a {\n" + body + "}\n"), [])

    def test_the_core_calls_no_clock(self):
        for call in ["system_clock::now()", "std::time(nullptr)", "std::random_device d;", "rand()"]:
            self.assertGreaterEqual(len(found("actors/core/a.cpp", "auto x = " + call + ";\n")), 1, call)
        for harmless in ["f(now)", "// now()", 'f("now()")', "start_time(1)"]:
            self.assertEqual(found("actors/core/a.cpp", harmless + "\n"), [], harmless)

    def test_no_shell(self):
        for call in ['system("ls");', 'std::system(c);', 'system(line.c_str());', 'popen(c, "r");', 'run("sh -c ls");']:
            self.assertEqual(len(found("runtime/a.cpp", call + "\n")), 1, call)
        for harmless in ["caf::actor_system system(config);", "auto& all = system();", "boost::system::error_code c;"]:
            self.assertEqual(found("runtime/a.cpp", harmless + "\n"), [], harmless)

    def test_vague_names_and_postponed_work(self):
        self.assertEqual(len(found("runtime/file_utils.cpp", "")), 1)
        self.assertEqual(found("runtime/database.cpp", ""), [])
        self.assertEqual(len(found("runtime/a.cpp", "// TO" + "DO: later\n")), 1)


class Functions(unittest.TestCase):
    def lengths(self, text):
        return [length for _, length in functions(text)]

    def test_members_constructors_and_tests_are_functions(self):
        self.assertEqual(self.lengths("struct A {\n  A() : b_{1} {\n    f();\n  }\n  int b_;\n};\n"), [3])
        self.assertEqual(self.lengths("template <class T>\nvoid f(T t) {\n  g(t);\n}\n"), [4])
        self.assertEqual(self.lengths("TEST(A, B) {\n  EXPECT_EQ(1, 1);\n}\n"), [3])

    def test_control_flow_and_values_are_not(self):
        self.assertEqual(self.lengths("void f() {\n  if (a) {\n    b();\n  }\n}\n"), [5])
        self.assertEqual(self.lengths("const A a = f(1) + A{\n  1};\n"), [])

    def test_literals_do_not_confuse(self):
        self.assertEqual(self.lengths("void f() {\n  g(\"}\", '}', R\"({)\", 1'000);\n}\n"), [3])


if __name__ == "__main__":
    unittest.main()
