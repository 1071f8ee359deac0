using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>The keys of exported objects of one stream and day, without the prefix of the store.</summary>
/// <param name="stream">The stream.</param>
/// <param name="day">The day.</param>
internal sealed class ExportKeys(StreamId stream, DateOnly day)
{
    private const string Root = "export/";

    /// <summary>The manifest.</summary>
    public string Manifest => Text($"{Root}manifests/{day:yyyy'/'MM'/'dd}/{Folder}.json");

    /// <summary>The list of the objects that were read.</summary>
    public string Inputs => Text($"{Root}inputs/{day:yyyy'/'MM'/'dd}/{Folder}.gz");

    /// <summary>The Parquet file.</summary>
    public string Parquet => Text(
        $"{Root}parquet/{stream.Dataset.Name()}/exchange={KeyEncoding.Encode(stream.Exchange)}/pair={KeyEncoding.Encode(stream.Market)}/date={day:yyyy-MM-dd}/part-0.parquet");

    private string Folder => $"{KeyEncoding.Encode(stream.Exchange)}/{stream.Dataset.Name()}/{KeyEncoding.Encode(stream.Market)}";

    /// <summary>A CSV file.</summary>
    /// <param name="exchangeId">The id of the exchange in the layout.</param>
    /// <param name="dataType">The data type.</param>
    /// <param name="fileName">The name of the market's files, without extension.</param>
    public string Csv(string exchangeId, string dataType, string fileName) => Text($"{Root}csv/{KeyEncoding.Encode(exchangeId)}/{dataType}/{day:yyyy'/'MM'/'dd}/{fileName}.csv.gz");

    /// <summary>The key of an object that a revision replaces.</summary>
    public static string Superseded(string key, int revision) => Text($"{Root}superseded/r{revision}/{key[Root.Length..]}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
