namespace Ingester.Storage.Stores;

/// <summary>Parses the address of a store as given on the command line: <c>s3://bucket/prefix</c> or the path of a directory.</summary>
public static class StoreAddress
{
    private const string Scheme = "s3://";

    /// <summary>
    /// The options for an address. Region, endpoint, path style and timeout of an S3 store are copied from the configuration. An invalid address
    /// throws a <see cref="FormatException"/> whose message is meant for the user.
    /// </summary>
    public static StoreOptions Parse(string text, StoreOptions? configured = null)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new FormatException("The store's address is empty: give a directory or s3://bucket/prefix.");
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return text.Contains("://", StringComparison.Ordinal)
                ? throw new FormatException($"'{text}' is not a store: give a directory or s3://bucket/prefix.")
                : new() { Directory = text };

        var (bucket, prefix) = Split(text[Scheme.Length..]);
        if (bucket.Length == 0)
            throw new FormatException($"'{text}' names no bucket: give s3://bucket/prefix.");
        return new()
        {
            S3 = new()
            {
                Bucket = bucket,
                Prefix = prefix,
                Region = configured?.S3?.Region,
                ServiceUrl = configured?.S3?.ServiceUrl,
                ForcePathStyle = configured?.S3?.ForcePathStyle ?? false,
                Timeout = configured?.S3?.Timeout ?? new S3StoreOptions().Timeout,
            },
        };
    }

    private static (string Bucket, string Prefix) Split(string rest)
    {
        var slash = rest.IndexOf('/');
        return slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..].Trim('/'));
    }
}
