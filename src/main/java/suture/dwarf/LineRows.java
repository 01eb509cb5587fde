package suture.dwarf;

import java.util.Arrays;

/** Rows of the line number matrix in columns. */
final class LineRows {
    private long[] addresses = new long[64];
    private int[] lines = new int[64];
    private int[] columns = new int[64];
    private int[] files = new int[64];
    private boolean[] statements = new boolean[64];
    private int size;

    int size() {
        return size;
    }

    void add(long address, int file, int line, int column, boolean statement) {
        if (size == addresses.length) {
            int room = Math.addExact(size, size);
            addresses = Arrays.copyOf(addresses, room);
            lines = Arrays.copyOf(lines, room);
            columns = Arrays.copyOf(columns, room);
            files = Arrays.copyOf(files, room);
            statements = Arrays.copyOf(statements, room);
        }
        addresses[size] = address;
        files[size] = file;
        lines[size] = line;
        columns[size] = column;
        statements[size] = statement;
        size++;
    }

    /** Forgets the rows from {@code to} on. */
    void truncate(int to) {
        size = to;
    }

    long address(int row) {
        return addresses[row];
    }

    int line(int row) {
        return lines[row];
    }

    int column(int row) {
        return columns[row];
    }

    int file(int row) {
        return files[row];
    }

    boolean isStatement(int row) {
        return statements[row];
    }

    /** Last row of {@code [from, to)} at or before {@code address}, -1 if none. */
    int find(int from, int to, long address) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low > from ? low - 1 : -1;
    }

    /** Puts the rows in the order of their addresses; a few compilers write them out of order. */
    void sort(int from, int to) {
        boolean sorted = true;
        for (int i = from + 1; i < to; i++) {
            sorted &= Long.compareUnsigned(addresses[i - 1], addresses[i]) <= 0;
        }
        if (sorted) {
            return;
        }
        Integer[] order = new Integer[to - from];
        Arrays.setAll(order, i -> from + i);
        long[] keys = addresses.clone();
        Arrays.sort(order, (a, b) -> Long.compareUnsigned(keys[a], keys[b]));
        LineRows copy = new LineRows();
        for (int row : order) {
            copy.add(keys[row], files[row], lines[row], columns[row], statements[row]);
        }
        for (int i = 0; i < copy.size; i++) {
            addresses[from + i] = copy.addresses[i];
            files[from + i] = copy.files[i];
            lines[from + i] = copy.lines[i];
            columns[from + i] = copy.columns[i];
            statements[from + i] = copy.statements[i];
        }
    }
}
