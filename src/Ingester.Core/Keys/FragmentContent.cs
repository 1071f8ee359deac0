namespace Ingester.Core.Keys;

/// <summary>Distinguishes fragments of one window that have no ids.</summary>
/// <param name="RowCount">Number of rows.</param>
/// <param name="Hash">The first 16 hex digits of the SHA-256 of the uncompressed rows.</param>
internal sealed record FragmentContent(int RowCount, string Hash);
