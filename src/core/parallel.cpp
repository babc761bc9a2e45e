// See parallel.h. std::thread cannot choose its stack, so these are pthreads. The stack is only
// reserved: the kernel gives pages as they are touched.
#include "core/parallel.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace backout {
namespace {

constexpr std::size_t stack_bytes = 256ULL << 20;
constexpr std::size_t least_stack_bytes = 8ULL << 20;  // where address space is limited (ulimit -v)

struct Work {
  std::size_t count;
  const std::function<void(std::size_t)>* function;
  std::atomic<std::size_t> next = 0;
};

void* run(void* argument) {
  auto& work = *static_cast<Work*>(argument);
  for (std::size_t index; (index = work.next.fetch_add(1, std::memory_order_relaxed)) < work.count;)
    (*work.function)(index);
  return nullptr;
}

bool start(pthread_t& thread, Work& work) {
  for (std::size_t bytes = stack_bytes; bytes >= least_stack_bytes; bytes /= 2) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, bytes);
    const bool started = pthread_create(&thread, &attributes, run, &work) == 0;
    pthread_attr_destroy(&attributes);
    if (started) return true;
  }
  return false;
}

}  // namespace

void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& function) {
  if (count == 0) return;
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  Work work{count, &function};
  std::vector<pthread_t> running;
  for (std::size_t wanted = std::min<std::size_t>(threads, count); running.size() < wanted;) {
    pthread_t thread;
    if (!start(thread, work)) break;
    running.push_back(thread);
  }
  if (running.empty()) run(&work);  // no thread to be had: better slow than not at all
  for (const pthread_t thread : running) pthread_join(thread, nullptr);
}

}  // namespace backout
