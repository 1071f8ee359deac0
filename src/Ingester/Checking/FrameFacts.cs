namespace Ingester.Checking;

/// <summary>The frames of all connections.</summary>
/// <param name="Received">Number of frames.</param>
/// <param name="Ignored">Messages of channels that were not subscribed, by channel; an empty name for messages without one.</param>
/// <param name="Quarantined">Frames that could not be decoded, by reason: among them messages of unknown types.</param>
internal sealed record FrameFacts(long Received, IReadOnlyDictionary<string, long> Ignored, IReadOnlyList<QuarantineGroup> Quarantined);
