using System.ComponentModel.DataAnnotations;

namespace Ingester.Storage.Stores;

/// <summary>A bucket, on AWS or on what speaks its protocol. Credentials are those that the AWS SDK finds by itself.</summary>
public sealed class S3StoreOptions
{
    /// <summary>The bucket's name.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", ErrorMessage = "The bucket '{0}' must be named as S3 names buckets: 3 to 63 small letters, digits, dots and dashes.")]
    public string Bucket { get; set; } = "";

    /// <summary>What all keys in the bucket begin with, without slashes at its ends; empty by default.</summary>
    [RegularExpression("^[^/].*[^/]$|^[^/]?$", ErrorMessage = "The prefix must not begin or end with a slash.")]
    public string Prefix { get; set; } = "";

    /// <summary>The region of the bucket; by default the one that the SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>The address of an emulator or another vendor; AWS itself by default.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Names the bucket in the path instead of the host, as most emulators need it; false by default.</summary>
    public bool ForcePathStyle { get; set; }

    /// <summary>How long one request may take, 30 s by default; it is then asked again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
