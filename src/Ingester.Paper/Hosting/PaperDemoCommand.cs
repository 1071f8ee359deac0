using System.CommandLine;
using System.Globalization;
using Ingester.Paper.Demo;

namespace Ingester.Paper.Hosting;

/// <summary><c>ingester-paper demo</c>.</summary>
internal static class PaperDemoCommand
{
    private const string RunName = "demo";

    private static readonly Option<string> Data = new("--data") { Description = "Directory for the demo; each run creates its own subdirectory.", DefaultValueFactory = _ => "data" };
    private static readonly Option<string?> Program = new("--ingester") { Description = "The program ingester, which imports and derives. Default: where it is built or installed." };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var command = new Command("demo", "Records a simulated market with a gap, derives bars, trades on paper, prints the report and checks the journal. Needs no network; takes less than a minute.")
        {
            Data, Program,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellation)
    {
        var ingester = IngesterProgram.Find(line.GetValue(Program));
        var folder = Path.Combine(line.GetRequiredValue(Data), string.Create(CultureInfo.InvariantCulture, $"paper-demo-{TimeProvider.System.GetUtcNow():yyyyMMdd'T'HHmmssfff}"));
        var (recording, store) = (Path.Combine(folder, "recording"), Path.Combine(folder, "store"));
        Directory.CreateDirectory(recording);
        DemoRecording.Write(recording);
        Console.WriteLine($"A recording of a simulated market is in {recording}; a gap of 75 s is planted.");
        var (start, from, to) = (Moment(DemoRecording.Start), Moment(DemoRecording.From), Moment(DemoRecording.To));
        await ingester.RunAsync([0, 3], cancellation, "import", DemoRecording.Exchange, recording, "--store", store);
        Console.WriteLine($"It is imported into {store}.");
        await ingester.RunAsync([0, 3], cancellation, "derive", "--from", start, "--to", to, "--dataset", "bars", "--store", store);
        Console.WriteLine("The bars are derived. Now the run:");
        var code = await PaperProgram.RunAsync(
        [
            "run", "--store", store, "--from", from, "--to", to, "--run", RunName, "--profile", "dev", "--market", $"{DemoRecording.Exchange}={DemoRecording.Market}",
            "--set", "Paper:Orders:Type=Limit", "--set", "Paper:Orders:Lifetime=00:40:00", "--set", "Paper:Orders:MakerFee=0.0001", "--set", "Paper:Risk:MaxPosition=8000",
        ]);
        if (code is ExitCodes.Succeeded or ExitCodes.Incomplete)
            code = await PaperProgram.RunAsync(["report", RunName, "--store", store]);
        if (code is ExitCodes.Succeeded or ExitCodes.Incomplete)
            code = await PaperProgram.RunAsync(["verify-journal", RunName, "--store", store]);
        return code;
    }

    private static string Moment(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
