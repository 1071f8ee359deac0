namespace Ingester.Core.Exchanges;

/// <summary>Selects the first diff that is applied to a snapshot that was fetched over REST.</summary>
internal enum SnapshotAttachRule : byte
{
    /// <summary>The first diff that ends after the snapshot's id and begins at or before it.</summary>
    StrictlyAfter,

    /// <summary>
    /// The first diff that ends at or after the snapshot's id and begins before it. A diff that the snapshot already contains is harmless.
    /// </summary>
    AtOrAfter,
}
