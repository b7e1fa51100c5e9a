package io.flinkssm.benchmarks.bench;

import java.util.Iterator;
import java.util.List;

/** All sections, in the order in which they run. */
final class Sections {

  private static final List<Section> ALL =
      List.of(
          new ScanSection(),
          new ModelSection.S4d(),
          new ModelSection.Dplr(),
          new BundleSection(),
          new KernelSection(),
          new ConvolveSection(),
          new BlasSection(),
          new RateSection(),
          new IrregularSection(),
          new GrowthSection(),
          new AllocationSection(),
          new GuardSection(),
          new DetectSection(),
          new AlarmSection(),
          new NabSection(),
          new SkabSection(),
          new PipelineSection(),
          new StateSection(),
          new SqlSection(),
          new LatencySection(),
          new ProfileSection(),
          new CapacitySection(),
          new RooflineSection(),
          new ScalingSection());

  private Sections() {}

  static List<Section> all() {
    return ALL;
  }

  /**
   * The section of a name.
   *
   * @throws IllegalArgumentException naming all sections
   */
  static Section named(String name) {
    return ALL.stream()
        .filter(section -> section.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no section " + name + "; expected one of " + names()));
  }

  static List<String> names() {
    return ALL.stream().map(Section::name).toList();
  }

  /** For the command line's help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
