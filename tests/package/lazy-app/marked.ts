/** Both parts use it: an object that one makes must be of the class that the other knows. */
export class Marked {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
