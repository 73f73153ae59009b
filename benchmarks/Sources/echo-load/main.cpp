// The client of every comparison: gRPC for C++, one thread, one connection, so many calls in flight, and each call's time.
//
//   echo-load PORT unary|streaming PAYLOAD_BYTES IN_FLIGHT SECONDS
//
// A streaming "call" is one message there and back on a stream of its own. Half a second goes by before it counts. It prints one
// JSON object.

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Results {
  Clock::time_point from, until;
  std::vector<float> microseconds;
  long errors = 0, all = 0;

  bool IsOver() const { return Clock::now() >= until; }

  void Add(Clock::time_point start, bool ok) {
    const auto now = Clock::now();
    ++all;
    if (now < from || now >= until) return;
    if (ok) {
      microseconds.push_back(std::chrono::duration<float, std::micro>(now - start).count());
    } else {
      ++errors;
    }
  }
};

// Something in flight; `Next` is called with each of its events and says whether it goes on.
class Flight {
 public:
  virtual ~Flight() = default;
  virtual bool Next(bool ok) = 0;
};

class Unary final : public Flight {
 public:
  Unary(grpc::GenericStub& stub, grpc::CompletionQueue& queue, const grpc::ByteBuffer& payload, Results& results)
      : stub_(stub), queue_(queue), payload_(payload), results_(results) {
    Start();
  }

  bool Next(bool) override {
    results_.Add(start_, status_.ok() && response_.Length() == payload_.Length());
    if (results_.IsOver()) return false;
    Start();
    return true;
  }

 private:
  void Start() {
    context_ = std::make_unique<grpc::ClientContext>();
    start_ = Clock::now();
    reader_ = stub_.PrepareUnaryCall(context_.get(), "/faced.bench.Echo/Unary", payload_, &queue_);
    reader_->StartCall();
    reader_->Finish(&response_, &status_, this);
  }

  grpc::GenericStub& stub_;
  grpc::CompletionQueue& queue_;
  const grpc::ByteBuffer& payload_;
  Results& results_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  Clock::time_point start_;
};

class Streaming final : public Flight {
 public:
  Streaming(grpc::GenericStub& stub, grpc::CompletionQueue& queue, const grpc::ByteBuffer& payload, Results& results)
      : payload_(payload), results_(results) {
    stream_ = stub.PrepareCall(&context_, "/faced.bench.Echo/Streaming", &queue);
    stream_->StartCall(this);
  }

  bool Next(bool ok) override {
    switch (step_) {
      case Step::kWritten:
        if (!ok) return Fail();
        step_ = Step::kRead;
        stream_->Read(&response_, this);
        return true;
      case Step::kRead:
        results_.Add(start_, ok && response_.Length() == payload_.Length());
        if (!ok) return Fail();
        if (results_.IsOver()) {
          step_ = Step::kHalfClosed;
          stream_->WritesDone(this);
          return true;
        }
        Write();
        return true;
      case Step::kStarted:
        if (!ok) return Fail();
        Write();
        return true;
      case Step::kHalfClosed:
        step_ = Step::kFinished;
        stream_->Finish(&status_, this);
        return true;
      case Step::kFinished:
        if (!status_.ok()) ++results_.errors;
        return false;
    }
    return false;
  }

 private:
  enum class Step { kStarted, kWritten, kRead, kHalfClosed, kFinished };

  void Write() {
    start_ = Clock::now();
    step_ = Step::kWritten;
    stream_->Write(payload_, this);
  }

  bool Fail() {
    step_ = Step::kFinished;
    stream_->Finish(&status_, this);
    return true;
  }

  const grpc::ByteBuffer& payload_;
  Results& results_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  grpc::ByteBuffer response_;
  grpc::Status status_;
  Clock::time_point start_;
  Step step_ = Step::kStarted;
};

double Quantile(const std::vector<float>& sorted, double share) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(sorted.size() * share))];
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6) {
    std::fprintf(stderr, "usage: echo-load PORT unary|streaming PAYLOAD_BYTES IN_FLIGHT SECONDS\n");
    return 64;
  }
  const std::string target = std::string("127.0.0.1:") + arguments[1];
  const bool streams = std::string(arguments[2]) == "streaming";
  const std::string bytes(std::strtoul(arguments[3], nullptr, 10), 'x');
  const long in_flight = std::strtol(arguments[4], nullptr, 10);
  const double seconds = std::strtod(arguments[5], nullptr);

  grpc::ChannelArguments settings;
  settings.SetMaxReceiveMessageSize(16 << 20);
  auto channel = grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), settings);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10))) {
    std::fprintf(stderr, "nobody answers at %s\n", target.c_str());
    return 1;
  }
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  grpc::Slice slice(bytes);
  const grpc::ByteBuffer payload(&slice, 1);

  Results results;
  results.from = Clock::now() + std::chrono::milliseconds(500);
  results.until = results.from + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  results.microseconds.reserve(1 << 20);
  std::vector<std::unique_ptr<Flight>> flights;
  for (long i = 0; i < in_flight; ++i) {
    if (streams) {
      flights.push_back(std::make_unique<Streaming>(stub, queue, payload, results));
    } else {
      flights.push_back(std::make_unique<Unary>(stub, queue, payload, results));
    }
  }
  void* tag = nullptr;
  bool ok = false;
  for (long running = in_flight; running > 0 && queue.Next(&tag, &ok);) {
    if (!static_cast<Flight*>(tag)->Next(ok)) --running;
  }
  auto& times = results.microseconds;
  std::sort(times.begin(), times.end());
  std::printf("{\"qps\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"errors\":%ld,\"all_calls\":%ld}\n",
              times.size() / seconds, Quantile(times, 0.5), Quantile(times, 0.99), results.errors, results.all);
}
