#pragma once

/// Block devices whose content is a file. A device lets go of its file by itself
/// when nobody has it open or mounted any more, also after a crash.

#include "runtime/process/files.hpp"

#include <string>

namespace troupe::runtime::oci {

struct LoopDevice {
  std::string path;  ///< "/dev/loop7"
  Descriptor open;   ///< While it is valid the device keeps its file.
};

/// Gives a device to a file that has none. failed, with what is missing, where there
/// are no such devices.
Result<LoopDevice> attach_loop_device(const std::string& file);

/// The device that has this file already, else a new one: two devices with one file
/// would ruin it.
Result<LoopDevice> loop_device_of(const std::string& file);

}  // namespace troupe::runtime::oci
