using System.CommandLine;
using System.CommandLine.Parsing;
using Ingester.Storage.Stores;

namespace Ingester.Dashboard.Hosting;

/// <summary>The command line of the dashboard.</summary>
internal static class DashboardCommand
{
    private const string TokenVariable = "INGESTER_DASHBOARD_TOKEN";
    private const string RecorderTokenVariable = "INGESTER_DASHBOARD_RECORDER_TOKEN";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private static readonly Option<string> Store = new("--store")
    {
        Description = $"The store: a directory or s3://bucket/prefix. Default: {StoreOptions.DefaultDirectory}.",
        DefaultValueFactory = _ => StoreOptions.DefaultDirectory,
    };

    private static readonly Option<string> Prefix = new("--prefix") { Description = "Key prefix below the store's own prefix.", DefaultValueFactory = _ => "" };

    private static readonly Option<Uri?> Endpoint = new("--endpoint")
    {
        Description = "Address of an S3-compatible service, if the bucket is not at AWS. Region and credentials come from the environment, as for ingester.",
        CustomParser = ParseAddress,
    };

    private static readonly Option<Uri[]> Recorders = new("--recorders")
    {
        Description = "Status pages of the recorders, separated by commas, such as http://127.0.0.1:8080; can be repeated.",
        CustomParser = ParseAddresses,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> RecorderToken = new("--recorder-token")
    {
        Description = $"The recorders' Ingester:Live:Token. Default: the environment variable {RecorderTokenVariable}.",
    };

    private static readonly Option<Uri?> Listen = new("--listen")
    {
        Description = "The address of the pages, such as 127.0.0.1:8090. Default: http://127.0.0.1:8090, this machine only.",
        CustomParser = ParseListen,
        DefaultValueFactory = _ => new("http://127.0.0.1:8090"),
    };

    private static readonly Option<string?> Token = new("--token")
    {
        Description = $"A secret of at least {DashboardOptions.MinTokenLength} characters that readers must give. Default: the environment variable {TokenVariable}, which other users of the machine cannot see.",
    };

    private static readonly Option<bool> BehindProxy = new("--behind-proxy") { Description = "A proxy in front of the dashboard decides who may read: no token is required." };
    private static readonly Option<FileInfo[]> Keys = new("--key")
    {
        Description = "A PEM file with public keys that verifications of certificates trust; can be repeated. Take the keys from their owner, not from the store.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string?> Cache = new("--cache") { Description = "Directory for results of closed days. Default: they are kept in memory only." };

    private static readonly Option<DateTimeOffset?> ClockEpoch = new("--clock-epoch") { Description = "Ingester:Clock:Epoch of recorders with a simulated clock.", Hidden = true };

    private static readonly Option<double> ClockRate = new("--clock-rate") { Description = "Ingester:Clock:Rate of recorders with a simulated clock.", Hidden = true, DefaultValueFactory = _ => 1 };

    /// <summary>Parses the command line and serves until a signal.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("""
            Pages over a store and its recorders: what is recorded now, markets and books, what is complete and what is missing, and certified days.

            The dashboard only reads. For example:
              ingester-dashboard --store ./data --recorders http://127.0.0.1:8080
            """)
        {
            Store, Prefix, Endpoint, Recorders, RecorderToken, Listen, Token, BehindProxy, Keys, Cache, ClockEpoch, ClockRate,
        };
        root.SetAction(ServeAsync);
        root.Add(HealthCheck.CreateCommand());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("See: ingester-dashboard --help");
            return ExitCodes.InvalidUsage;
        }

        return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopTimeout });
    }

    private static async Task<int> ServeAsync(ParseResult line, CancellationToken cancel)
    {
        if (ReadStore(line, out var problem) is not { } store)
            return await RejectAsync([problem!]);
        var options = new DashboardOptions
        {
            Store = store,
            Prefix = line.GetRequiredValue(Prefix).Trim('/'),
            Recorders = line.GetRequiredValue(Recorders),
            RecorderToken = line.GetValue(RecorderToken) ?? Environment.GetEnvironmentVariable(RecorderTokenVariable) ?? "",
            Listen = line.GetRequiredValue(Listen)!,
            Token = line.GetValue(Token) ?? Environment.GetEnvironmentVariable(TokenVariable) ?? "",
            IsBehindProxy = line.GetValue(BehindProxy),
            KeyFiles = [.. line.GetRequiredValue(Keys).Select(file => file.FullName)],
            CacheDirectory = line.GetValue(Cache),
            Clock = new() { Epoch = line.GetValue(ClockEpoch), Rate = line.GetValue(ClockRate) },
        };
        if (options.FindErrors().ToList() is { Count: > 0 } errors)
            return await RejectAsync(errors);
        await using var app = DashboardHost.Build(options, new DataClock(options.Clock));
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException taken)
        {
            await Console.Error.WriteLineAsync($"The dashboard cannot listen on {options.Listen.GetLeftPart(UriPartial.Authority)}: {(taken.InnerException ?? taken).Message}. Choose another address with --listen.");
            return ExitCodes.Failed;
        }

        Console.WriteLine($"The dashboard is at {app.Urls.First()}. Ctrl+C stops it.");
        await app.WaitForShutdownAsync(cancel);
        return ExitCodes.Succeeded;
    }

    private static StoreOptions? ReadStore(ParseResult line, out string? problem)
    {
        var endpoint = line.GetValue(Endpoint);
        try
        {
            problem = null;
            var configured = endpoint is null ? null : new StoreOptions { S3 = new() { ServiceUrl = endpoint, ForcePathStyle = true } };
            return StoreAddress.Parse(line.GetRequiredValue(Store), configured);
        }
        catch (FormatException failure)
        {
            problem = $"--store: {failure.Message}";
            return null;
        }
    }

    private static async Task<int> RejectAsync(IEnumerable<string> errors)
    {
        foreach (var error in errors)
            await Console.Error.WriteLineAsync(error);
        return ExitCodes.InvalidUsage;
    }

    private static Uri? ParseAddress(ArgumentResult result) => ParseAddress(result.Tokens[0].Value, result);

    private static Uri? ParseListen(ArgumentResult result) =>
        result.Tokens[0].Value is var text && text.Contains("://", StringComparison.Ordinal) ? ParseAddress(text, result) : ParseAddress($"http://{text}", result);

    private static Uri[] ParseAddresses(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(text => ParseAddress(text, result)).OfType<Uri>()];

    private static Uri? ParseAddress(string text, ArgumentResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{text}' is not a URL that begins with http:// or https://.");
        return null;
    }
}
