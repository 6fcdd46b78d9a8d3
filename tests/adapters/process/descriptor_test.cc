#include "adapters/process/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

namespace gnomon::adapters {
namespace {

bool is_open(int number) {
  return fcntl(number, F_GETFD) >= 0;
}

std::string read_all(const Descriptor& descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t length = 0;
  while ((length = read(descriptor.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(length));
  }
  return text;
}

TEST(Descriptor, IsClosedOnceByItsLastOwner) {
  Expected<Pipe> pipe = make_pipe();
  ASSERT_TRUE(pipe);
  const int number = pipe->read.get();
  {
    Descriptor owner = std::move(pipe->read);
    EXPECT_FALSE(pipe->read);
    EXPECT_EQ(owner.get(), number);
    Descriptor other;
    other = std::move(owner);
    EXPECT_TRUE(is_open(number));
  }
  EXPECT_FALSE(is_open(number));
  const int write_end = pipe->write.get();
  pipe->write.close();
  EXPECT_FALSE(pipe->write);
  EXPECT_FALSE(is_open(write_end));
}

TEST(Descriptor, OfOursIsClosedInOtherPrograms) {
  const Expected<Pipe> pipe = make_pipe();
  const Expected<Descriptor> text = make_input("text");
  const Expected<Descriptor> nothing = make_input("");
  const Descriptor process = process_descriptor(getpid());
  for (const Descriptor* it : {&pipe->read, &pipe->write, &*text, &*nothing, &process}) {
    EXPECT_EQ(fcntl(it->get(), F_GETFD), FD_CLOEXEC);
  }
}

TEST(Descriptor, AnInputIsReadFromItsBeginning) {
  for (const std::size_t bytes : {0U, 1U, 65'537U, 3'000'000U}) {
    const Expected<Descriptor> input = make_input(std::string(bytes, 'a'));
    ASSERT_TRUE(input);
    EXPECT_EQ(read_all(*input), std::string(bytes, 'a'));
  }
}

TEST(Descriptor, OfAProcessIsReadableWhenThatHasEnded) {
  Expected<Pipe> pipe = make_pipe();
  const pid_t pid = fork();
  if (pid == 0) {
    pipe->write.close();
    char byte = 0;
    _exit(read(pipe->read.get(), &byte, 1) == 0 ? 0 : 1);
  }
  const Descriptor process = process_descriptor(pid);
  ASSERT_TRUE(process);
  EXPECT_FALSE(wait_readable(process.get(), 20));
  pipe->write.close();
  EXPECT_TRUE(wait_readable(process.get(), 10'000));
  int status = -1;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

TEST(SystemError, WhatIsWrongCannotHappenAndWhatIsShortDidNot) {
  for (const int number : {ENOENT, EACCES, E2BIG, ENOEXEC, ENOTDIR, EPERM}) {
    EXPECT_EQ(system_error(number, "x").kind, ErrorKind::kCannotHappen) << number;
  }
  for (const int number : {EMFILE, ENFILE, EAGAIN, ENOMEM, ETXTBSY, EIO}) {
    EXPECT_EQ(system_error(number, "x").kind, ErrorKind::kDidNotHappen) << number;
  }
  EXPECT_EQ(system_error(ENOENT, "cannot run x").message,
            "cannot run x: No such file or directory");
}

}  // namespace
}  // namespace gnomon::adapters
