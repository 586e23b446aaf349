/** Questions to a person, one after another: the next is asked when the one before has its answer. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();

  ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const answer = this.last.then(question);
    this.last = answer.catch(() => undefined);
    return answer;
  }
}
