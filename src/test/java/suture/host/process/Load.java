package suture.host.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Clients that ask a server all the time, on connections that live and on new ones. */
final class Load implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicReference<String> wrong = new AtomicReference<>("");
    private volatile boolean stop;

    Load(Bench.Running server, int clients) {
        for (int i = 0; i < clients; i++) {
            boolean lasting = i % 2 == 0;
            threads.add(Thread.ofPlatform().start(() -> run(server, lasting)));
        }
    }

    private void run(Bench.Running server, boolean lasting) {
        while (!stop) {
            try (Bench.Client client = server.client()) {
                int requests = lasting ? Integer.MAX_VALUE : 20;
                for (int i = 0; i < requests && !stop; i++) {
                    String answer = client.ask("quote 10");
                    if (!answer.startsWith("10 pieces: 63.00 (")
                            && !answer.startsWith("10 pieces: 70.00 (")) {
                        wrong.compareAndSet("", answer);
                    }
                    answers.incrementAndGet();
                }
            } catch (IOException e) {
                if (!stop) {
                    wrong.compareAndSet("", e.toString());
                }
                return;
            }
        }
    }

    long answers() {
        return answers.get();
    }

    /** The first answer that is neither the old nor the new one, or a lost connection. */
    String wrong() {
        return wrong.get();
    }

    @Override
    public void close() {
        stop = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
