namespace Ingester.Testing.Importing;

/// <summary>Frames in the format of Binance, for recordings of a test.</summary>
internal static class ImportFrames
{
    /// <summary>One trade.</summary>
    public static string Trade(string symbol, long id, long micros) =>
        $"{{\"stream\":\"x@trade\",\"data\":{{\"e\":\"trade\",\"E\":{micros / 1_000},\"s\":\"{symbol}\",\"t\":{id},\"p\":\"100.00\",\"q\":\"1.00\",\"T\":{micros / 1_000},\"m\":true,\"M\":true}}}}";
}
