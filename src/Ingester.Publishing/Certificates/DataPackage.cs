using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Certificates;

/// <summary>
/// Describes the files of a day as a Frictionless Data Package (specs.frictionlessdata.io), so that tools load them with types. The paths are relative to the
/// folder that contains <c>export</c>.
/// </summary>
internal static class DataPackage
{
    private static readonly JsonSerializerOptions Json = new(CertificateJson.Options) { WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Writes the package of a certificate.</summary>
    public static byte[] Write(Predicate predicate) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{predicate.Exchange}-{predicate.Dataset}-{predicate.Day:yyyy-MM-dd}-r{predicate.Revision}"),
            Title = string.Create(CultureInfo.InvariantCulture, $"{predicate.Exchange} {predicate.Dataset} of {predicate.Day:yyyy-MM-dd}, revision {predicate.Revision}"),
            Condition = predicate.Condition.ToString().ToLowerInvariant(),
            Resources = predicate.Streams.SelectMany(stream => stream.Files, (stream, file) => Describe(predicate.Dataset, stream, file)),
        },
        Json);

    private static object Describe(string dataset, CertifiedStream stream, ExportedFile file)
    {
        var csv = FileColumns.Of(file.DataType) is not null;
        var fields = FileColumns.Of(file.DataType) ?? FileColumns.OfParquet(dataset);
        return new
        {
            Name = file.Key["export/".Length..].ToLowerInvariant().Replace('/', '-').Replace('=', '-'),
            Path = file.Key,
            Format = csv ? "csv" : "parquet",
            Mediatype = csv ? "text/csv" : "application/vnd.apache.parquet",
            Compression = csv ? "gz" : null,
            Encoding = csv ? "utf-8" : null,
            Profile = csv ? "tabular-data-resource" : null,
            file.Bytes,
            Hash = $"sha256:{file.Sha256}",
            file.Rows,
            stream.Pair,
            Schema = new { Fields = fields.Select(field => new { field.Name, field.Type, field.Description }), MissingValues = csv ? new[] { "" } : null },
        };
    }
}
