namespace Ingester.Publishing.Witnesses;

/// <summary>A market in an earlier statement about the same day.</summary>
/// <param name="Statement">The key of the statement.</param>
/// <param name="Pair">The market.</param>
/// <param name="Sha256">The SHA-256 of its file at that time; null if there was none.</param>
/// <param name="LastModified">When the exchange had last changed the file; null if unknown.</param>
/// <param name="Verdict">The verdict at that time.</param>
internal sealed record EarlierWitness(string Statement, string Pair, string? Sha256, DateTimeOffset? LastModified, string Verdict);
