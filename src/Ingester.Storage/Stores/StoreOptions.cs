using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Ingester.Storage.Stores;

/// <summary>The store for objects (<c>Ingester:Store</c>): a directory or a bucket, not both.</summary>
public sealed class StoreOptions : IValidatableObject
{
    /// <summary>The default directory.</summary>
    public const string DefaultDirectory = "data";

    /// <summary>A directory; if neither this nor <see cref="S3"/> is set, <c>data</c> below the working directory.</summary>
    public string? Directory { get; set; }

    /// <summary>A bucket.</summary>
    [ValidateObjectMembers]
    public S3StoreOptions? S3 { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Directory is not null && S3 is not null)
            yield return new("Directory and S3 are both given: choose one.", [nameof(Directory), nameof(S3)]);
        if (Directory is { } directory && string.IsNullOrWhiteSpace(directory))
            yield return new("Directory must not be empty.", [nameof(Directory)]);
    }

    /// <summary>The store as messages name it.</summary>
    internal string Describe() => S3 is { } bucket
        ? $"the bucket '{bucket.Bucket}'{(bucket.ServiceUrl is { } url ? $" at {url.GetLeftPart(UriPartial.Authority)}" : "")}"
        : $"the directory {Path.GetFullPath(Directory ?? DefaultDirectory)}";

    /// <summary>Opens the store. Only a directory is accessed immediately: it is created if it is missing.</summary>
    internal IPrunableStore Open(TimeProvider clock) =>
        S3 is { } bucket ? new S3Store(bucket, clock) : new DirectoryStore(Directory ?? DefaultDirectory, clock);
}
