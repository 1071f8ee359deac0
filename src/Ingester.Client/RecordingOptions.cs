namespace Ingester.Client;

/// <summary>How a store is opened. Every property has a default.</summary>
public sealed record RecordingOptions
{
    /// <summary>Prefix of all keys below the store's own prefix, as in the settings of the recorder. Default: empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>AWS region of the bucket. Default: that of the environment.</summary>
    public string? Region { get; init; }

    /// <summary>Endpoint of another S3 service than AWS, such as <c>http://127.0.0.1:9000</c>. Default: AWS.</summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>True to put the bucket into the path instead of the host name, as most other S3 services require. Default: false.</summary>
    public bool ForcePathStyle { get; init; }
}
