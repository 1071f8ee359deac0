using System.Text;

namespace Ingester.Publishing.Files;

/// <summary>The fields that begin every CSV row of a market.</summary>
/// <param name="exchange">The exchange, by the id of the file layout.</param>
/// <param name="symbol">The exchange's own symbol, in upper case.</param>
internal sealed class FileHead(string exchange, string symbol)
{
    /// <summary>The names of the fields.</summary>
    public const string Header = "exchange,symbol,timestamp,local_timestamp";

    private readonly byte[] start = [.. CsvFile.Field(exchange), (byte)',', .. CsvFile.Field(symbol), (byte)','];

    /// <summary>Begins a row: <c>exchange,symbol,timestamp,local_timestamp,</c>.</summary>
    public void Write(CsvFile file, long micros, long localMicros)
    {
        file.Append(start);
        file.Append(micros);
        file.Append(","u8);
        file.Append(localMicros);
        file.Append(","u8);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(start);
}
