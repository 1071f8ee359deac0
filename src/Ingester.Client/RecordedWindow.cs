namespace Ingester.Client;

/// <summary>A window of a stream and what is proven about it.</summary>
/// <param name="FromMicros">Its start, microseconds since 1970 UTC.</param>
/// <param name="ToMicros">Its end, exclusive.</param>
/// <param name="Verdict">What is proven.</param>
/// <param name="Grade">The kind of the proof of a complete window: <c>chain</c>, <c>checksum-N</c>, <c>connection</c>, or <c>unknown</c>.</param>
public sealed record RecordedWindow(long FromMicros, long ToMicros, WindowState Verdict, string Grade);
