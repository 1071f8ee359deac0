namespace Ingester.Deriving.Books;

/// <summary>Makes rows from the history of one book.</summary>
internal interface IBookObserver
{
    /// <summary>The book stays unchanged up to a time. Called before each change, and at the end of each minute.</summary>
    /// <param name="book">The book as it was until then.</param>
    /// <param name="micros">The time, microseconds UTC.</param>
    void AdvanceTo(BookView book, long micros);

    /// <summary>The book, or what is known about it, has changed.</summary>
    /// <param name="book">The book from now on.</param>
    /// <param name="micros">The time of the change, microseconds UTC.</param>
    void Changed(BookView book, long micros);
}
