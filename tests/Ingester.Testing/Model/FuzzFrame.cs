namespace Ingester.Testing.Model;

/// <summary>A frame of a recording.</summary>
/// <param name="Local">The local receive time, microseconds UTC; zero if the recording does not have it.</param>
/// <param name="Text">The frame.</param>
/// <param name="IsOpening">True for a frame that later frames depend on, such as the answer that assigns a channel id.</param>
internal readonly record struct FuzzFrame(long Local, byte[] Text, bool IsOpening = false);
