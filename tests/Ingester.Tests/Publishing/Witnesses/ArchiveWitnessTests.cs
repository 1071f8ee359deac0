using System.Security.Cryptography;
using Ingester.Publishing.Witnesses;
using Ingester.Tests.Publishing.Export;
using static Ingester.Tests.Publishing.Witnesses.WitnessRig;

namespace Ingester.Tests.Publishing.Witnesses;

/// <summary>Each flaw of a published file, and of the store, gives its verdict and no other.</summary>
public sealed class ArchiveWitnessTests : IDisposable
{
    private readonly WitnessRig rig = new();

    public static TheoryData<string, Func<int, string>> Forms => new()
    {
        { "milliseconds without a header", static id => $"{id},1.5,2,3.0,{Millis(id)},false,true" },
        { "microseconds, as Binance's spot market since 2025", static id => $"{id},1.50000000,2.00000000,3.0,{Millis(id)}000,False,True" },
        { "seconds", static id => $"{id},15e-1,2,3.0,{Millis(id) / 1000}.{Millis(id) % 1000:000},false,true" },
    };

    public void Dispose() => rig.Dispose();

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Same_trades_are_confirmed_whatever_the_form_of_their_numbers(string form, Func<int, string> row)
    {
        rig.Record();
        var report = await rig.CompareAsync(Rows(row));
        Assert.True(report.Verdict == WitnessVerdict.Confirmed, form);
        Assert.Equal((Trades, Trades, 0L, 0L), ((int)report.Same, (int)report.Rows, report.OnlyOurs.Count, report.OnlyTheirs.Count));
        Assert.False(report.IsProven); // the rest of the day is not recorded
    }

    [Theory]
    [InlineData("id,price,qty,quote_qty,time,is_buyer_maker", "{0},1.5,2,3,{1},false")]
    [InlineData("time,qty,price,id,isBuyerMaker", "{1},2,1.5,{0},false")]
    public async Task Header_names_the_columns(string header, string row)
    {
        rig.Record();
        var report = await rig.CompareAsync(Rows(id => string.Format(System.Globalization.CultureInfo.InvariantCulture, row, id, Millis(id))).Prepend(header));
        Assert.Equal((WitnessVerdict.Confirmed, (long)Trades), (report.Verdict, report.Rows));
    }

    [Fact]
    public async Task Hour_that_a_file_lacks_makes_the_archive_incomplete_although_its_checksum_matches()
    {
        rig.Record();
        var rows = BinanceRows.Where((_, id) => id is < 100 or >= 160).ToList();
        var zip = Zip("BTCUSDT-trades-2025-10-25.csv", rows);
        var report = await rig.CompareAsync(rows, checksum: Convert.ToHexString(SHA256.HashData(zip)), damage: _ => zip);
        Assert.Equal((WitnessVerdict.ArchiveIncomplete, true, 60L), (report.Verdict, report.ChecksumMatches, report.OnlyOurs.Count));
        var range = Assert.Single(report.OnlyOurs.Listed);
        Assert.Equal((60L, 100L, 159L, Millis(100) * 1000, Millis(159) * 1000), (range.Count, range.FirstId, range.LastId, range.FirstMicros, range.LastMicros));
    }

    [Fact]
    public async Task Trades_that_the_store_lacks_are_named_with_their_ids()
    {
        rig.Record(missing: [50, 51, 90]);
        var report = await rig.CompareAsync(BinanceRows);
        Assert.Equal((WitnessVerdict.WeLack, 3L, Trades - 3L), (report.Verdict, report.OnlyTheirs.Count, report.Same));
        Assert.Equal([(50L, 51L), (90L, 90L)], report.OnlyTheirs.Listed.Select(range => (range.FirstId!.Value, range.LastId!.Value)));
    }

    [Fact]
    public async Task Ids_that_both_lack_are_no_difference() // the exchange uses them for insurance fund and ADL trades
    {
        rig.Record(missing: [50, 51, 90]);
        var report = await rig.CompareAsync(BinanceRows.Where((_, id) => id is not (50 or 51 or 90)));
        Assert.Equal((WitnessVerdict.Confirmed, Trades - 3L), (report.Verdict, report.Same));
    }

    [Theory]
    [InlineData("price", "70,1.51,2,3,{0},false", "1.50", "1.51")]
    [InlineData("size", "70,1.50,2.1,3,{0},false", "2", "2.1")]
    [InlineData("side", "70,1.50,2,3,{0},true", "buy", "sell")]
    public async Task Other_content_of_the_same_id_is_a_contradiction(string field, string row, string ours, string theirs)
    {
        rig.Record();
        var report = await rig.CompareAsync(BinanceRows.Select((text, id) => id == 70 ? string.Format(System.Globalization.CultureInfo.InvariantCulture, row, Millis(70)) : text));
        Assert.Equal((WitnessVerdict.Contradiction, 1L, Trades - 1L), (report.Verdict, report.Different, report.Same));
        Assert.Equal(new(70, Millis(70) * 1000, field, ours, theirs), Assert.Single(report.Differences));
    }

    [Fact]
    public async Task Other_time_of_the_same_id_is_a_contradiction_also_within_the_millisecond_if_both_have_microseconds()
    {
        rig.Record();
        var report = await rig.CompareAsync(Rows(id => $"{id},1.5,2,3,{(id == 70 ? Millis(id) + 1 : Millis(id))},false"));
        Assert.Equal((WitnessVerdict.Contradiction, "time"), (report.Verdict, Assert.Single(report.Differences).Field));
    }

    [Fact]
    public async Task Repeated_rows_are_counted_and_change_no_verdict()
    {
        rig.Record();
        var rows = BinanceRows.ToList();
        rows.InsertRange(100, rows[90..95]);
        var report = await rig.CompareAsync(rows);
        Assert.Equal((WitnessVerdict.Confirmed, 5L, (long)Trades), (report.Verdict, report.Repeated, report.Same));
    }

    [Fact]
    public async Task File_with_another_checksum_is_no_witness()
    {
        rig.Record();
        var report = await rig.CompareAsync(BinanceRows, checksum: new string('0', 64));
        Assert.Equal((WitnessVerdict.NoWitness, false), (report.Verdict, report.ChecksumMatches));
        Assert.Contains("does not have the checksum", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.0)]
    public async Task Cut_file_is_no_witness(double share)
    {
        rig.Record();
        var report = await rig.CompareAsync(BinanceRows, damage: bytes => bytes[..(int)(bytes.Length * share)]);
        Assert.Equal(WitnessVerdict.NoWitness, report.Verdict);
        Assert.Contains("BTCUSDT-trades-2025-10-25.zip", report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7,abc,2,3,{0},false", "Line 8 of BTCUSDT-trades-2025-10-25.zip is not a trade: 'abc' is not a price.")]
    [InlineData("7,1.5", "Line 8 of BTCUSDT-trades-2025-10-25.zip is not a trade: it has 2 columns, and 6 are expected.")]
    [InlineData("7,1.5,2,3,{0},maybe", "Line 8 of BTCUSDT-trades-2025-10-25.zip is not a trade: 'maybe' is neither true nor false.")]
    [InlineData("7,1.5,2,3,yesterday,false", "Line 8 of BTCUSDT-trades-2025-10-25.zip is not a trade: 'yesterday' is not a time.")]
    public async Task Row_that_is_no_trade_is_named(string row, string sentence)
    {
        rig.Record();
        var report = await rig.CompareAsync(BinanceRows.Select((text, id) => id == 7 ? string.Format(System.Globalization.CultureInfo.InvariantCulture, row, Millis(7)) : text));
        Assert.Equal((WitnessVerdict.NoWitness, sentence), (report.Verdict, report.Reason));
    }

    [Fact]
    public async Task Header_without_a_needed_column_is_named()
    {
        rig.Record();
        var report = await rig.CompareAsync(BinanceRows.Prepend("number,cost,much,when"));
        Assert.Equal("BTCUSDT-trades-2025-10-25.zip has no column for the id: its first line is 'number,cost,much,when'.", report.Reason);
    }

    [Fact]
    public async Task Day_of_okx_begins_eight_hours_before_midnight()
    {
        rig.Record("okx");
        var rows = Enumerable.Range(-60, Trades + 60).Select(id => $"BTC-USDT,{id},buy,1.5,2,{Millis(id)}");
        var report = await rig.CompareAsync(rows, Layout("okx"), symbol: "BTC-USDT");
        Assert.Equal((WitnessVerdict.Confirmed, Trades + 60L), (report.Verdict, report.Same)); // the trades before midnight, too
    }

    [Fact]
    public async Task Ids_that_are_no_numbers_join_the_trades_of_bybit()
    {
        rig.Record("bybit-linear");
        var rows = Rows(id => $"{Millis(id) / 1000}.{Millis(id) % 1000:000},BTCUSDT,Buy,2,1.5,ZeroPlusTick,{id},300,2,3");
        var report = await rig.CompareAsync(rows.Prepend("timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional"), Layout("bybit-linear"));
        Assert.Equal((WitnessVerdict.Confirmed, (long)Trades), (report.Verdict, report.Same));
    }

    [Fact]
    public async Task Trades_whose_ids_are_not_published_are_compared_by_everything_else()
    {
        rig.Record("bybit", missing: [30]);
        var report = await rig.CompareAsync(Rows(id => $"{id + 1},{Millis(id)},1.5,2,buy,0").Prepend("id,timestamp,price,volume,side,rpi"), Layout("bybit"));
        Assert.Equal((WitnessVerdict.WeLack, false, 1L, Trades - 1L), (report.Verdict, report.JoinedById, report.OnlyTheirs.Count, report.Same));
        Assert.Null(Assert.Single(report.OnlyTheirs.Listed).FirstId);
    }

    [Fact]
    public async Task Day_of_a_monthly_file_is_compared_and_other_days_are_skipped()
    {
        rig.Record("gate");
        var rows = Enumerable.Range(-3, 6).SelectMany(day => Rows(id => $"{Millis(id) / 1000 + day * 86400},{id + day * 1_000_000},1.5,2,2"));
        var report = await rig.CompareAsync(rows, Layout("gate"), symbol: "BTC_USDT");
        Assert.Equal((WitnessVerdict.Confirmed, (long)Trades), (report.Verdict, report.Same));
    }

    [Fact]
    public async Task Sign_of_a_size_is_the_side()
    {
        rig.Record("gate-futures");
        var report = await rig.CompareAsync(Rows(id => $"{Millis(id) / 1000},{id},1.5,{(id == 9 ? -2 : 2)}"), Layout("gate-futures"), symbol: "BTC_USDT");
        Assert.Equal((WitnessVerdict.Contradiction, "side"), (report.Verdict, Assert.Single(report.Differences).Field));
    }

    [Theory]
    [InlineData("binance", "BTCUSDT-trades-2025-10-25.zip", "BTCUSDT")]
    [InlineData("binance", "BTCUSDT-trades-2025-10-25.csv", "BTCUSDT")]
    [InlineData("binance", "BTCUSDT-aggTrades-2025-10-25.zip", null)]
    [InlineData("binance", "BTCUSDT-trades-2025-13-25.zip", null)]
    [InlineData("okx", "BTC-USDT-SWAP-trades-2025-10-25.zip", "BTC-USDT-SWAP")]
    [InlineData("bybit-linear", "BTCUSDT2025-10-25.csv.gz", "BTCUSDT")]
    [InlineData("bybit", "BTCUSDT_2025-10-25.csv.gz", "BTCUSDT")]
    public void Name_of_a_file_states_symbol_and_day(string exchange, string name, string? symbol)
    {
        var parsed = Layout(exchange).ParseName(name);
        Assert.Equal(symbol, parsed?.Symbol);
        if (symbol is not null)
            Assert.Equal(ExportRig.Day, parsed!.Value.Day);
    }
}
