using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Paper.Demo;

/// <summary>The instruments of the simulated market, as a recorder stores them: an import of a recording has none.</summary>
internal static class DemoInstruments
{
    private const int CompressionLevel = 6;

    /// <summary>Writes them at the start of the recording.</summary>
    /// <param name="folder">The directory of the store.</param>
    /// <param name="cancellation">Cancels the write.</param>
    /// <exception cref="StoreException">The store does not accept them.</exception>
    public static async Task WriteAsync(string folder, CancellationToken cancellation)
    {
        var micros = Micros.From(DemoRecording.Start);
        var row = FormattableString.Invariant(
            $"{{\"ts\":{micros},\"pair\":\"{DemoRecording.Market}\",\"symbol\":\"BTCUSDT\",\"status\":\"TRADING\",\"state\":\"trading\",\"type\":\"spot\",\"base\":\"BTC\",\"quote\":\"USDT\",\"tick\":\"0.1\",\"lot\":\"0.0001\",\"minSize\":\"0.0001\",\"minNotional\":\"10\"}}\n");
        using var rows = new RowBuffer();
        JournalFormat.WriteFirstRow(rows, Encoding.UTF8.GetBytes(row));
        using var compressed = RowCompression.Compress(rows, CompressionLevel);
        var key = ObjectKey.Journal(new() { Replica = "demo", ProcessStartMicros = micros }, new(Dataset.Instruments, DemoRecording.Exchange, micros, 1));
        await new DirectoryStore(folder, TimeProvider.System).PutAsync(key, compressed, new(RowCompression.Hash(rows), 1, ObjectMetadata.FormatVersion), cancellation);
    }
}
