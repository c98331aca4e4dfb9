#pragma once

/// How this process takes memory from the kernel and gives it back. Nothing of it
/// happens with another allocator than jemalloc.

namespace troupe::tools {

/// From now on the first 64 MiB of the heap are small pages, whatever the system's
/// setting for transparent huge pages is, and what comes after them huge ones: an
/// idle daemon stays small, and one of many tasks neither asks for memory 4 KiB at
/// a time nor misses the processor's table of pages at each step. Huge pages are
/// asked for where the system's setting is `madvise` or `always`.
///
/// Call it before there are threads; a second call changes nothing.
void take_huge_pages_when_large();

/// Before what is large is taken apart: what becomes free is kept until the process
/// ends or until give_back(). Piece by piece, the kernel would have to split each of
/// the huge pages.
void keep_what_becomes_free();

/// All that is free, at once, and as before from now on.
void give_back();

}  // namespace troupe::tools
