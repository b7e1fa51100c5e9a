package io.flinkssm.jobs.report;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Finds what a browser would fetch for a page. */
public final class SelfContained {

  private static final Pattern REFERENCE =
      Pattern.compile("(?i)(https?:)?//[a-z]|<link|<script|@import|url\\(|src=\"(?!data:)");

  private SelfContained() {}

  /** References to anything outside of the page; base64 content is not searched. */
  public static List<String> references(String html) {
    String text = html.replaceAll("base64,[A-Za-z0-9+/=]*", "");
    return REFERENCE.matcher(text).results().map(MatchResult::group).toList();
  }
}
