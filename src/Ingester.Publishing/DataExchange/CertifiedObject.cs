namespace Ingester.Publishing.DataExchange;

/// <summary>An object of the bucket whose content was compared with the certificate.</summary>
/// <param name="Name">Its name in the certificate.</param>
/// <param name="StoreKey">Its key in the store.</param>
/// <param name="BucketKey">Its key in the bucket, which becomes the name of the asset.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Tag">The tag of the content that was compared.</param>
internal sealed record CertifiedObject(string Name, string StoreKey, string BucketKey, long Bytes, string Tag);
