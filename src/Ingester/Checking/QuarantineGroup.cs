namespace Ingester.Checking;

/// <summary>Frames that were quarantined for the same reason.</summary>
/// <param name="Reason">The reason of the first frame.</param>
/// <param name="Frames">Number of frames.</param>
/// <param name="Example">The beginning of the first frame.</param>
internal sealed record QuarantineGroup(string Reason, int Frames, string Example);
