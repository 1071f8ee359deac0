using Ingester.Core.Keys;

namespace Ingester.Tests.Core.Keys;

public sealed class RawKeyTests
{
    private static readonly ReplicaIdentity Identity = new() { Prefix = "md", Replica = "a", ProcessStartMicros = 1_761_350_000_000_000 };

    [Theory]
    [InlineData(0, 1, "md/raw/exchange=binance/year=2025/month=10/day=25/0007_a_1761350000000000.ws.tsv.gz")]
    [InlineData(1, 2, "md/raw/exchange=binance/year=2025/month=10/day=25/0007_a_1761350000000000-2.sent.tsv.gz")]
    [InlineData(2, 13, "md/raw/exchange=binance/year=2025/month=10/day=25/0007_a_1761350000000000-13.rest.tsv.gz")]
    public void Key_names_minute_replica_process_and_file(int kind, int number, string key)
    {
        var part = new RawPartId("binance", (RawFileKind)kind, 1_761_350_820_000_000, number);
        Assert.Equal(key, RawKey.Build(Identity, part));
        Assert.Equal(new RawKey(part, "a", Identity.ProcessStartMicros), RawKey.Parse("md", key));
    }

    [Theory]
    [InlineData("md/gaps/exchange=binance/year=2025/month=10/day=25/0007_a_1.json.gz")]
    [InlineData("md/raw/exchange=binance/year=2025/month=10/day=25/0007_a_1.json.gz")]
    [InlineData("md/raw/exchange=binance/year=2025/month=10/day=25/2507_a_1.ws.tsv.gz")]
    [InlineData("md/raw/exchange=binance/year=2025/month=10/day=25/0007_1.ws.tsv.gz")]
    [InlineData("md/raw/exchange=binance/year=2025/month=13/day=25/0007_a_1.ws.tsv.gz")]
    [InlineData("raw/exchange=binance/year=2025/month=10/day=25/0007_a_1.ws.tsv.gz")]
    public void Other_names_are_no_raw_keys(string key) => Assert.Null(RawKey.Parse("md", key));
}
