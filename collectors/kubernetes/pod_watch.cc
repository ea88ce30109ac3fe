#include "collectors/kubernetes/pod_watch.h"

#include <utility>

#include <pthread.h>

namespace supercargo {

Result<std::unique_ptr<PodWatch>> PodWatch::start(ApiAccess access,
                                                  ReflectorOptions options,
                                                  PodStore& store) {
  Result<std::unique_ptr<ApiStream>> stream = ApiStream::create(std::move(access));
  if (!stream) {
    return std::move(stream).error();
  }
  store.start();
  return std::unique_ptr<PodWatch>(new PodWatch(std::move(*stream), std::move(options), store));
}

PodWatch::PodWatch(std::unique_ptr<ApiStream> stream, ReflectorOptions options, PodStore& store)
    : stream_(std::move(stream)), reflector_(std::move(options), store), thread_([this] {
        pthread_setname_np(pthread_self(), "pod watch");
        work();
      }) {}

PodWatch::~PodWatch() {
  stream_->stop();
  thread_.join();
}

void PodWatch::work() {
  const ApiStream::Receiver receiver{
      [this] { reflector_.connected(); },
      [this](std::string_view bytes) { return reflector_.take(bytes, steady_now()); }};
  for (;;) {
    stream_->wait_until(reflector_.due());
    if (stream_->stopped()) {
      return;
    }
    const ApiRequest request = reflector_.begin(steady_now());
    const ApiAnswer answer = stream_->get(request, receiver);
    if (stream_->stopped()) {
      return;  // no failure of the server's
    }
    reflector_.finish(answer, steady_now());
  }
}

}  // namespace supercargo
