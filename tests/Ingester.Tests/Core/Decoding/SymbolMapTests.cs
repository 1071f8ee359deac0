using Ingester.Core.Decoding;

namespace Ingester.Tests.Core.Decoding;

public sealed class SymbolMapTests
{
    [Fact]
    public void State_of_a_symbol_is_kept_and_a_new_symbol_has_the_default()
    {
        var map = new SymbolMap<long?>();
        map["BTC-USDT"u8] = 7;
        map["ETH-USDT"u8] = 9;
        map["BTC-USDT"u8]++;
        Assert.Equal((8, 9, null), (map["BTC-USDT"u8], map["ETH-USDT"u8], map["SOL-USDT"u8]));
    }
}
