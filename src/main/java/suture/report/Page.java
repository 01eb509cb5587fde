package suture.report;

import suture.finding.Finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A report as one HTML file that needs nothing else: no script, no font, no picture, no address.
 *
 * <p>Text comes from sources, object files and patches that anybody may have written. It reaches
 * the file only through {@link #text}, which leaves no character with a meaning in HTML, and never
 * as the name of an element or an attribute. The policy in the head forbids scripts and loading.
 */
public final class Page {
    private static final String HEAD =
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:75em;padding:0 1em;color:#222;background:#fff}
            table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}
            th,td{text-align:left;vertical-align:top;padding:.3em .6em;border-bottom:1px solid #ddd}
            td{font-family:ui-monospace,monospace;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere}
            .error{border-left:4px solid #b00020}.warning{border-left:4px solid #b8860b}.note{border-left:4px solid #888}
            @media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}th,td{border-color:#444}}
            </style>
            """;

    private final StringBuilder html = new StringBuilder(HEAD);

    /**
     * Begins a page.
     *
     * @param title what was asked
     * @param outcome the answer in a few words
     */
    public Page(String title, String outcome) {
        html.append("<title>").append(text(title)).append("</title></head><body>\n");
        html.append("<h1>").append(text(title)).append("</h1>\n");
        html.append("<p>").append(text(outcome)).append("</p>\n");
    }

    /** The text with nothing in it that HTML would read as markup, in content and attributes. */
    static String text(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(c -> {
                    boolean plain =
                            c == '\n'
                                    || c == '\t'
                                    || (c >= ' ' && c != 0x7f && "&<>\"'`".indexOf(c) < 0);
                    boolean allowed = plain && (c < 0xd800 || c > 0xdfff);
                    if (allowed) {
                        safe.appendCodePoint(c);
                    } else if (c >= ' ' && c != 0x7f && (c < 0xd800 || c > 0xdfff)) {
                        safe.append("&#").append(c).append(';');
                    } else {
                        safe.append('\ufffd'); // HTML has no way to write it
                    }
                });
        return safe.toString();
    }

    /** A table with a heading; nothing if there are no rows. */
    public Page table(String heading, List<String> columns, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return this;
        }
        html.append("<h2>").append(text(heading)).append("</h2>\n<table><tr>");
        columns.forEach(c -> html.append("<th>").append(text(c)).append("</th>"));
        html.append("</tr>\n");
        for (List<String> row : rows) {
            html.append("<tr>");
            row.forEach(cell -> html.append("<td>").append(text(cell)).append("</td>"));
            html.append("</tr>\n");
        }
        html.append("</table>\n");
        return this;
    }

    /** The findings, those that refuse first. */
    public Page findings(List<Finding> findings) {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparing(Finding::severity));
        if (sorted.isEmpty()) {
            return this;
        }
        html.append("<h2>Findings</h2>\n<table><tr><th>Severity</th><th>About</th>");
        html.append("<th>What</th><th>To do</th></tr>\n");
        for (Finding finding : sorted) {
            String severity = finding.severity().name().toLowerCase(Locale.ROOT);
            html.append("<tr class=\"").append(severity).append("\"><td>").append(severity);
            for (String cell :
                    List.of(
                            finding.subject() + "\n" + finding.place(),
                            finding.message() + " [" + finding.rule() + "]",
                            finding.remedy())) {
                html.append("</td><td>").append(text(cell.strip()));
            }
            html.append("</td></tr>\n");
        }
        html.append("</table>\n");
        return this;
    }

    /** The whole file. */
    public String html() {
        return html + "</body></html>\n";
    }
}
