namespace Ingester.Checking;

/// <summary>The frames of all connections.</summary>
/// <param name="Received">Number of frames.</param>
/// <param name="Ignored">Frames of known channels that were not subscribed, and answers that say nothing.</param>
/// <param name="Quarantined">Frames that could not be decoded, by reason.</param>
internal sealed record FrameFacts(long Received, long Ignored, IReadOnlyList<QuarantineGroup> Quarantined);
