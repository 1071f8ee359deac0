using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Ingester.Tests.Structure;

/// <summary>Arrows between rooms go one way only.</summary>
public sealed partial class RoomTests
{
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Telemetry"] = [],
        ["Resilience"] = [],
        ["Markets"] = ["Telemetry"],
        ["Sequencing"] = ["Markets", "Telemetry"],
        ["Books"] = ["Markets", "Sequencing", "Telemetry"],
        ["Proof"] = ["Sequencing"],
        ["Segments"] = ["Markets", "Sequencing", "Proof", "Telemetry"],
        ["Exchanges"] = ["Proof", "Markets", "Sequencing", "Books", "Segments"],
        ["Connections"] = ["Telemetry", "Resilience", "Markets", "Sequencing", "Proof", "Books", "Segments", "Exchanges"],
        ["Storage"] = ["Resilience", "Proof", "Segments", "Markets", "Sequencing", "Telemetry"],
        ["Windows"] = ["Reading", "Storage", "Segments", "Markets"],
        ["Reading"] = ["Proof", "Storage", "Segments", "Markets", "Sequencing", "Telemetry", "Books", "Exchanges"],
    };

    private static string Core => Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "src", "Ingester.Core"));

    [Fact]
    public void Every_room_uses_only_the_rooms_that_it_may()
    {
        var wrong =
            from file in Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
            let room = Path.GetRelativePath(Core, file).Split(Path.DirectorySeparatorChar)[0]
            where MayUse.ContainsKey(room)
            from Match use in RoomUse().Matches(File.ReadAllText(file))
            let used = use.Groups[1].Value
            where used != room && MayUse.ContainsKey(used) && !MayUse[room].Contains(used)
            select $"{Path.GetRelativePath(Core, file)} uses {used}";
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void Every_folder_of_the_core_is_a_room()
    {
        var folders = Directory.EnumerateDirectories(Core).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj"));
        Assert.Empty(folders.Except(MayUse.Keys));
    }

    [Fact]
    public void No_exchange_is_named_outside_its_room()
    {
        var wrong =
            from file in Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
            let room = Path.GetRelativePath(Core, file).Split(Path.DirectorySeparatorChar)[0]
            where room is not ("Exchanges" or "obj" or "bin")
            from line in File.ReadLines(file)
            let code = line.TrimStart()
            where !code.StartsWith("//", StringComparison.Ordinal) && ExchangeName().IsMatch(code)
            select $"{Path.GetRelativePath(Core, file)}: {code}";
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"Ingester\.Core\.(\w+)")]
    private static partial Regex RoomUse();

    [GeneratedRegex("binance|coinbase|kraken", RegexOptions.IgnoreCase)]
    private static partial Regex ExchangeName();

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
