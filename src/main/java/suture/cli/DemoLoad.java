package suture.cli;

import suture.cli.ProcessDemo.Client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that ask the demo's server without a break, and count. */
final class DemoLoad implements AutoCloseable {
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    private DemoLoad() {}

    static DemoLoad start(int port, int clients) {
        DemoLoad load = new DemoLoad();
        for (int i = 0; i < clients; i++) {
            load.threads.add(Thread.ofPlatform().daemon().start(() -> load.ask(port)));
        }
        return load;
    }

    private void ask(int port) {
        try (Client client = new Client(port)) {
            while (running) {
                long start = System.nanoTime();
                String answer = client.ask("quote 5");
                slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                (answer.startsWith("5 pieces: 35.00 ") ? answered : lost).incrementAndGet();
                Thread.sleep(1);
            }
        } catch (IOException e) {
            lost.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests with the right answer. */
    long answered() {
        return answered.get();
    }

    /** Requests without an answer, or with a wrong one. */
    long lost() {
        return lost.get();
    }

    /** The longest wait for an answer, in milliseconds. */
    double slowest() {
        return slowest.get() / 1e6;
    }

    @Override
    public void close() {
        stop();
    }

    /** Lets the clients finish what they are asking. */
    void stop() {
        running = false;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
