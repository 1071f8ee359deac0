namespace Ingester.Testing.Model;

/// <summary>A frame of a recording and when it was received; zero where the recording does not say.</summary>
internal readonly record struct FuzzFrame(long Local, byte[] Text);
