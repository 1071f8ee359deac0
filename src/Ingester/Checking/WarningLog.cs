namespace Ingester.Checking;

/// <summary>Collects the warnings and errors of the recorder: each template with its first message and the number of messages.</summary>
internal sealed class WarningLog : ILoggerProvider
{
    private const string OwnCategories = "Ingester";

    private readonly Lock gate = new();
    private readonly Dictionary<string, LoggedWarning> warnings = new(StringComparer.Ordinal);

    /// <summary>The warnings so far, the most severe first.</summary>
    public IReadOnlyList<LoggedWarning> Warnings
    {
        get
        {
            lock (gate)
                return [.. warnings.Values.OrderByDescending(warning => warning.IsError).ThenByDescending(warning => warning.Count)];
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds no resources.
    }

    private void Add(string key, LogLevel level, string message)
    {
        lock (gate)
            warnings[key] = warnings.TryGetValue(key, out var known) ? known with { Count = known.Count + 1 } : new(level >= LogLevel.Error, message, 1);
    }

    private sealed class CategoryLogger(WarningLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && category.StartsWith(OwnCategories, StringComparison.Ordinal);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Add($"{category}/{eventId.Name}", logLevel, exception is null ? formatter(state, exception) : $"{formatter(state, exception)} ({exception.Message})");
        }
    }
}
