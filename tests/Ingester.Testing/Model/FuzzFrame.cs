namespace Ingester.Testing.Model;

/// <summary>A frame of a recording.</summary>
/// <param name="Local">When it was received, microseconds UTC; zero where the recording does not say.</param>
/// <param name="Text">The frame.</param>
/// <param name="IsOpening">True for a frame that later frames refer to.</param>
internal readonly record struct FuzzFrame(long Local, byte[] Text, bool IsOpening = false);
