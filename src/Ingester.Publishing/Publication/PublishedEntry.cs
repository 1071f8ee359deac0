namespace Ingester.Publishing.Publication;

/// <summary>A published file.</summary>
/// <param name="Name">Its name in the certificate: the key of the export.</param>
/// <param name="Key">Its key in the publication.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, 64 hex digits.</param>
internal sealed record PublishedEntry(string Name, string Key, long Bytes, string Sha256);
