namespace Ingester.Publishing.Witnesses;

/// <summary>A published file on this machine, with what is known about it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Checksum">The SHA-256 that the exchange publishes; null if there is none.</param>
/// <param name="Address">Where it was downloaded from; null if it was given.</param>
/// <param name="LastModified">When the exchange last changed it; null if unknown.</param>
internal sealed record PublishedFile(string Path, string? Checksum, Uri? Address, DateTimeOffset? LastModified);
