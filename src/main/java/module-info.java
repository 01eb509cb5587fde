/**
 * Builds, proves and explains live patches. The packages are listed from the bottom of the house to
 * its top.
 */
module suture {
    requires static org.jspecify;
    requires info.picocli;
    requires tools.jackson.databind;
    requires org.tukaani.xz;
    requires aircompressor.v3;
    requires org.apache.commons.compress;

    opens suture.cli to
            info.picocli;
}
