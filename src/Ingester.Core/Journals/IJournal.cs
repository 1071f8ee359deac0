namespace Ingester.Core.Journals;

/// <summary>Receives journal rows. It is called from receive loops and must not block. Thread-safe.</summary>
internal interface IJournal
{
    /// <summary>Adds a journal row.</summary>
    void Add(in JournalRow row);
}
