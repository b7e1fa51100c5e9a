/**
 * What happens to the frames of one key, in plain Java: start at {@link io.flinkssm.stream.Scorer}.
 * A frame passes the checks ({@code FrameCheck}), is placed on its key's time line ({@code
 * SampleClock}), advances the state, and leaves as scores where the emission policy says so.
 */
package io.flinkssm.stream;
