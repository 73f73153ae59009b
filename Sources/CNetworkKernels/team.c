#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "CNetworkKernels.h"

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() (void)0
#endif

// A pass has hundreds of runs, of which many are shorter than it takes to wake a thread: whoever waits looks out for
// the next run (or the end of this one) for a while before it sleeps. About 50 µs.
enum { LOOKS = 3000 };

// Held by whoever has a run; guards `threads_made` and, together with `open`, the run's description.
static pthread_mutex_t busy = PTHREAD_MUTEX_INITIALIZER;
static ptrdiff_t threads_made;

// The run at hand. Written only while `open` is 0 and nobody is inside, read only by who entered and found `open` set.
static nk_work *work;
static void *context;
static ptrdiff_t count, threads;

static atomic_int open, inside;
static _Atomic ptrdiff_t next;
// Goes up with every run.
static atomic_uint generation;

// For those who sleep.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER, left = PTHREAD_COND_INITIALIZER;
static atomic_int sleepers, owner_sleeps;

static void take_part(ptrdiff_t thread) {
  ptrdiff_t item;
  while ((item = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed)) < count) work(context, item, thread);
}

static void wait_for_run(unsigned seen) {
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load_explicit(&generation, memory_order_relaxed) != seen) return;
    PAUSE();
  }
  pthread_mutex_lock(&lock);
  atomic_fetch_add(&sleepers, 1);
  while (atomic_load(&generation) == seen) pthread_cond_wait(&opened, &lock);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&lock);
}

static void *live(void *argument) {
  const ptrdiff_t thread = (ptrdiff_t)argument;
  for (unsigned seen = 0;;) {
    wait_for_run(seen);
    seen = atomic_load(&generation);
    // Entering first and looking second: the owner closes first and counts second.
    atomic_fetch_add(&inside, 1);
    if (atomic_load(&open) && thread < threads) take_part(thread);
    if (atomic_fetch_sub(&inside, 1) == 1 && atomic_load(&owner_sleeps)) {
      pthread_mutex_lock(&lock);
      pthread_cond_signal(&left);
      pthread_mutex_unlock(&lock);
    }
  }
  return NULL;
}

static void wait_for_others(void) {
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load(&inside) == 0) return;
    PAUSE();
  }
  pthread_mutex_lock(&lock);
  atomic_store(&owner_sleeps, 1);
  while (atomic_load(&inside) != 0) pthread_cond_wait(&left, &lock);
  atomic_store(&owner_sleeps, 0);
  pthread_mutex_unlock(&lock);
}

// Signals are the business of the program's own threads.
static void make_threads(ptrdiff_t wanted) {
  if (threads_made >= wanted) return;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (; threads_made < wanted; threads_made++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, live, (void *)(threads_made + 1)) != 0) break;
    pthread_detach(thread);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int nk_team_run(ptrdiff_t new_threads, ptrdiff_t new_count, nk_work *new_work, void *new_context) {
  if (pthread_mutex_trylock(&busy) != 0) return 0;
  make_threads(new_threads - 1);
  // Whoever looks in between enters, finds it closed and leaves without having read any of this.
  work = new_work;
  context = new_context;
  count = new_count;
  threads = new_threads;
  atomic_store(&next, 0);
  atomic_store(&open, 1);
  atomic_fetch_add(&generation, 1);
  if (atomic_load(&sleepers) > 0) {
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&opened);
    pthread_mutex_unlock(&lock);
  }
  take_part(0);
  atomic_store(&open, 0);
  wait_for_others();
  pthread_mutex_unlock(&busy);
  return 1;
}
