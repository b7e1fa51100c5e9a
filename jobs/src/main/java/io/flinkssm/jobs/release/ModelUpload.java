package io.flinkssm.jobs.release;

import io.flinkssm.flink.ModelLoader;
import io.flinkssm.model.ModelDirectory;
import io.flinkssm.model.ModelInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Copies a model directory to where the job can read it, through Flink's file systems. What is
 * there is never changed: a directory that was released is read again whenever a job restarts.
 */
public final class ModelUpload {

  private final Path source;
  private final Path target;

  /**
   * A copy of one directory.
   *
   * @param source URI of the model directory
   * @param target URI of the directory to be
   */
  public ModelUpload(String source, String target) {
    this.source = ModelLoader.directory(source);
    this.target = ModelLoader.directory(target);
  }

  /** The directory of a model under a root: {@code root/name/version-sha8}. */
  public static String directory(String root, ModelInfo info) {
    return (root.endsWith("/") ? root : root + "/")
        + fileName(info.name())
        + "/"
        + fileName(info.version())
        + "-"
        + info.sha256().substring(0, 8);
  }

  /** Names are free text; what means something to some file system becomes an underscore. */
  private static String fileName(String text) {
    return text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
  }

  /**
   * Copies what is missing. Each file appears under its name only when it is complete.
   *
   * @return the files copied, none if all were there
   * @throws IOException if a file cannot be read or written, or another one of its name is there
   */
  public List<String> run() throws IOException {
    FileSystem files = target.getFileSystem();
    List<String> missing = new ArrayList<>();
    for (String name : new String[] {ModelDirectory.CONFIG, ModelDirectory.WEIGHTS}) {
      String have = sha256(new Path(source, name));
      Path place = new Path(target, name);
      if (!files.exists(place)) {
        missing.add(name);
      } else if (!sha256(place).equals(have)) {
        throw new IOException(
            place
                + " has other content than "
                + new Path(source, name)
                + ", and released files are never changed: give the model another version in "
                + ModelDirectory.CONFIG
                + ", or choose another --to");
      }
    }
    for (String name : missing) {
      copy(name, files);
    }
    return missing;
  }

  private void copy(String name, FileSystem files) throws IOException {
    Path place = new Path(target, name);
    Path partial = new Path(target, "." + name + "." + UUID.randomUUID() + ".partial");
    files.mkdirs(target);
    try (InputStream in = open(new Path(source, name));
        OutputStream out = files.create(partial, FileSystem.WriteMode.NO_OVERWRITE)) {
      in.transferTo(out);
    } catch (IOException e) {
      files.delete(partial, false);
      throw new IOException("cannot write " + place + ": " + e.getMessage(), e);
    }
    if (!files.rename(partial, place)) {
      files.delete(partial, false);
      throw new IOException("cannot rename " + partial + " to " + place + "; try again");
    }
  }

  private static InputStream open(Path file) throws IOException {
    return file.getFileSystem().open(file);
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    try (InputStream in = new DigestInputStream(open(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
