using System.Globalization;

namespace Ingester.Simulator.DataExchange;

/// <summary>Resources as the API returns them.</summary>
internal static class DataExchangeJson
{
    /// <summary>A revision.</summary>
    public static object Of(SimulatedRevision revision)
    {
        var fields = new Dictionary<string, object>
        {
            ["Arn"] = Arn($"data-sets/{revision.DataSet}/revisions/{revision.Id}"),
            ["Id"] = revision.Id,
            ["DataSetId"] = revision.DataSet,
            ["CreatedAt"] = Time(revision.CreatedAt),
            ["UpdatedAt"] = Time(revision.UpdatedAt),
            ["Finalized"] = revision.IsFinalized,
            ["Revoked"] = revision.RevokedAt is not null,
        };
        if (revision.Comment is { } comment)
            fields["Comment"] = comment;
        if (revision.RevokedAt is { } at)
            (fields["RevokedAt"], fields["RevocationComment"]) = (Time(at), revision.RevocationComment!);
        return fields;
    }

    /// <summary>An asset.</summary>
    public static object Of(SimulatedRevision revision, SimulatedAsset asset) => new
    {
        Arn = Arn($"data-sets/{revision.DataSet}/revisions/{revision.Id}/assets/{asset.Id}"),
        asset.Id,
        asset.Name,
        DataSetId = revision.DataSet,
        RevisionId = revision.Id,
        AssetType = "S3_SNAPSHOT",
        AssetDetails = new { S3SnapshotAsset = new { Size = (double)asset.Bytes } },
        CreatedAt = Time(revision.UpdatedAt),
        UpdatedAt = Time(revision.UpdatedAt),
    };

    /// <summary>A job.</summary>
    public static object Of(SimulatedJob job)
    {
        var fields = new Dictionary<string, object>
        {
            ["Arn"] = Arn($"jobs/{job.Id}"),
            ["Id"] = job.Id,
            ["Type"] = "IMPORT_ASSETS_FROM_S3",
            ["State"] = job.State,
            ["CreatedAt"] = Time(job.CreatedAt),
            ["UpdatedAt"] = Time(job.UpdatedAt),
            ["Details"] = new { ImportAssetsFromS3 = new { DataSetId = job.Revision.DataSet, RevisionId = job.Revision.Id, AssetSources = job.Sources.Select(static source => new { source.Bucket, source.Key }) } },
        };
        if (job.Error is var (code, message))
            fields["Errors"] = new[] { new { Code = code, Message = message } };
        return fields;
    }

    private static string Arn(string resource) => $"arn:aws:dataexchange:us-east-1:123456789012:{resource}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
