using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Commands;
using Ingester.Errors;
using Ingester.Publishing.Verification;
using Ingester.Schemas;

namespace Ingester.Certifying;

/// <summary><c>ingester certificate verify</c>: checks certificates and the files that they name.</summary>
internal static class VerifyCertificateCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private static readonly ExportLocation Location = new();
    private static readonly TrustOptions Trust = new();
    private static readonly Option<string> Pair = new("--pair") { Description = "Check only the files of these markets, * and ? allowed. Default: all.", DefaultValueFactory = _ => "*" };
    private static readonly Option<bool> SingleDay = new("--single-day") { Description = "Do not check the certificates of the day before and of the replaced revision, which may not be here." };
    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("verify", """
            Verifies the certificates of a day: the signature, the hash and the number of rows of every file, and the chain to the day before.

            --store names the directory or bucket that contains the folder export. The exit code is 1 when anything is wrong, with one sentence for each problem.
            """)
        {
            Pair, SingleDay, Json,
        };
        Location.AddTo(command);
        Trust.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var trusted = await Trust.ReadAsync(line, cancel);
        var (exports, found) = await Location.FindAsync(line, cancel);
        var verifier = new CertificateVerifier(exports, trusted);
        var results = new List<VerificationResult>();
        foreach (var keys in found)
        {
            var state = (File: 0, Total: 0);
            await using (new ProgressLine(ProgressInterval, () => string.Create(CultureInfo.InvariantCulture, $"{keys}: file {state.File:N0} of {state.Total:N0}")))
                results.Add(await verifier.VerifyAsync(
                    keys,
                    new()
                    {
                        Revision = line.GetValue(Location.Revision),
                        MarketPattern = line.GetRequiredValue(Pair),
                        Chain = !line.GetValue(SingleDay),
                        Progress = new Watched(seen => state = seen),
                    },
                    cancel));
            if (!line.GetValue(Json))
                Write(results[^1]);
        }

        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(results.Select(JsonModel), JsonSerializerOptions.Web));
        return results.TrueForAll(result => result.Holds) ? ExitCodes.Succeeded : ExitCodes.Failed;
    }

    private static void Write(VerificationResult result)
    {
        var predicate = result.Statement?.Predicate;
        Console.WriteLine(result.Holds
            ? string.Create(CultureInfo.InvariantCulture, $"{result.Keys}, revision {predicate!.Revision}: verified, {predicate.Condition.ToString().ToLowerInvariant()}; {result.Files:N0} files, {result.Bytes:N0} bytes, {result.Rows:N0} rows; key {result.KeyId}")
            : string.Create(CultureInfo.InvariantCulture, $"{result.Keys}: NOT VERIFIED, {result.Problems.Count:N0} problems"));
        foreach (var problem in result.Problems)
            Console.WriteLine($"  {problem}");
    }

    private static object JsonModel(VerificationResult result) => new
    {
        Schema = OutputSchema.CertificateVerify,
        result.Keys.Exchange,
        result.Keys.Dataset,
        result.Keys.Day,
        result.Statement?.Predicate.Revision,
        Verified = result.Holds,
        Condition = result.Statement?.Predicate.Condition.ToString().ToLowerInvariant(),
        result.Digest,
        result.KeyId,
        result.Files,
        result.Bytes,
        result.Rows,
        result.Problems,
    };

    /// <summary>Takes reports at once, on the thread that makes them.</summary>
    private sealed class Watched(Action<(int File, int Total)> take) : IProgress<(int File, int Total)>
    {
        public void Report((int File, int Total) value) => take(value);
    }
}
