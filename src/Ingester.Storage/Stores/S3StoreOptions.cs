using System.ComponentModel.DataAnnotations;

namespace Ingester.Storage.Stores;

/// <summary>A bucket on AWS or on a compatible service. Credentials are found by the AWS SDK.</summary>
public sealed class S3StoreOptions
{
    /// <summary>The bucket's name.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", ErrorMessage = "The bucket name '{0}' is not valid: S3 requires 3 to 63 lowercase letters, digits, dots and hyphens.")]
    public string Bucket { get; set; } = "";

    /// <summary>Prefix of all keys in the bucket, without leading or trailing slash; empty by default.</summary>
    [RegularExpression("^[^/].*[^/]$|^[^/]?$", ErrorMessage = "The prefix must not begin or end with a slash.")]
    public string Prefix { get; set; } = "";

    /// <summary>The region of the bucket; by default the region that the SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; set; }

    /// <summary>The endpoint of an emulator or another vendor; AWS by default.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Puts the bucket name in the path instead of the host name, as most emulators require; false by default.</summary>
    public bool ForcePathStyle { get; set; }

    /// <summary>Timeout of one request, 30 s by default; the request is then retried.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
