using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Reading.Journals;

namespace Ingester.Tests.Core.Rows;

/// <summary>The source of rows from published files, in metadata and in rows of <c>gaps</c>.</summary>
public sealed class RowSourceTests
{
    private static readonly RowSource Source = new("币安\"USDT-trades-2026-11-20.zip", new('a', 64));

    [Fact]
    public void Metadata_is_ASCII()
    {
        Assert.True(System.Text.Ascii.IsValid(Source.ToString()), Source.ToString());
        Assert.Equal($"archive BTCUSDT-trades-2026-11-20.zip sha256:{new string('b', 64)}", new RowSource("BTCUSDT-trades-2026-11-20.zip", new('b', 64)).ToString());
    }

    [Fact]
    public void Gap_row_names_the_file_and_is_read_back()
    {
        var row = new GapRow(new(Dataset.Trades, "binance", "BTC-USDT"), new(5, 9), 1, 2, GapCause.Archive) { Source = Source };
        using var json = JsonDocument.Parse(row.ToJson());
        Assert.Equal(("archive", Source.File, Source.Sha256), (json.RootElement.GetProperty("cause").GetString(), json.RootElement.GetProperty("file").GetString(), json.RootElement.GetProperty("sha256").GetString()));
        var name = new JournalKey(new(Dataset.Gaps, "binance", 0, 1), "repair", 1);
        Assert.True(GapRecord.TryRead(name, System.Text.Encoding.UTF8.GetBytes(row.ToJson()), out var read));
        Assert.Equal((true, true, Source, new(5, 9)), (read.IsArchive, read.IsClosure, read.Source, read.Range!.Value));
    }
}
