using System.Text;

namespace Ingester.Publishing.Files;

/// <summary>The CSV file <c>trades</c>: one row per trade.</summary>
internal sealed class TradeCsv(string path, FileHead head) : IDisposable
{
    private readonly CsvFile file = new(path, FileHead.Header + ",id,side,price,amount");

    /// <summary>Writes one trade.</summary>
    public void Write(long micros, long localMicros, in TradeRow trade)
    {
        head.Write(file, micros, localMicros);
        file.Append(trade.Id.IndexOfAny(",\"\r\n"u8) < 0 ? trade.Id : CsvFile.Field(Encoding.UTF8.GetString(trade.Id)));
        file.Append(","u8);
        file.Append(trade.Side.SequenceEqual("buy"u8) || trade.Side.SequenceEqual("sell"u8) ? trade.Side : "unknown"u8);
        file.Append(","u8);
        file.AppendNumber(trade.Price);
        file.Append(","u8);
        file.AppendNumber(trade.Size);
        file.EndRow();
    }

    /// <summary>Completes the file.</summary>
    public FileContent Complete() => file.Complete();

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
