package suture.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import suture.finding.Finding;

import java.util.List;
import java.util.regex.Pattern;

/** Nothing that comes from outside is read as markup, and the file loads nothing. */
class PageTest {
    private static final Pattern TAGS = Pattern.compile("<[^>]*>");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "</title></style><b>",
                "' onmouseover='x",
                "&lt;b&gt; & &#60;",
                "a\u0000b\u001b[2J\ud800",
                "`${x}`"
            })
    void hostileTextAddsNoMarkup(String hostile) {
        String page = page(hostile);
        assertThat(tags(page)).isEqualTo(tags(page("plain")));
        assertThat(page).doesNotContain("\u0000").doesNotContain("\u001b");
    }

    @Test
    void textIsStillReadable() {
        String cell = Page.text("f<T> & \"g\"");
        assertThat(cell).isEqualTo("f&#60;T&#62; &#38; &#34;g&#34;");
        assertThat(Page.text("größer\n")).isEqualTo("größer\n");
    }

    @Test
    void nothingIsLoaded() {
        assertThat(page("x"))
                .contains("default-src 'none'")
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("src=")
                .doesNotContain("<script");
    }

    private static List<String> tags(String page) {
        return TAGS.matcher(page).results().map(r -> r.group()).toList();
    }

    private static String page(String text) {
        return new Page(text, text)
                .table(text, List.of(text), List.of(List.of(text)))
                .findings(List.of(Finding.error("rule", text, text, text, text)))
                .html();
    }
}
